// build.mjs puts the styles into the script as a text.
declare module "*embed.css" {
  const text: string;
  export default text;
}
