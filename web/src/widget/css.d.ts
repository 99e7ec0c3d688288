// build.mjs puts the styles of the conversation into the script as a text.
declare module "*chat.css" {
  const text: string;
  export default text;
}
