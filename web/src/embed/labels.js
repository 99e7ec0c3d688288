// The words of the launcher. The assistant itself talks English, so in other languages the button says so.

/**
 * To open the chat, to close what is open, that the chat cannot be reached, to open it in a new tab, to try again.
 *
 * @typedef {[open: string, close: string, failed: string, tab: string, retry: string]} Labels
 */

/** @type {Record<string, Labels>} */
export const LABELS = {
  en: [
    "Open chat",
    "Close",
    "The chat cannot be reached right now.",
    "Open in a new tab",
    "Try again",
  ],
  de: [
    "Chat öffnen (auf Englisch)",
    "Schließen",
    "Der Chat ist gerade nicht erreichbar.",
    "In neuem Tab öffnen",
    "Erneut versuchen",
  ],
  nl: [
    "Chat openen (in het Engels)",
    "Sluiten",
    "De chat is nu niet bereikbaar.",
    "Openen in nieuw tabblad",
    "Opnieuw proberen",
  ],
  fr: [
    "Ouvrir le chat (en anglais)",
    "Fermer",
    "Le chat est injoignable pour le moment.",
    "Ouvrir dans un nouvel onglet",
    "Réessayer",
  ],
  es: [
    "Abrir el chat (en inglés)",
    "Cerrar",
    "El chat no está disponible ahora.",
    "Abrir en una pestaña nueva",
    "Reintentar",
  ],
  it: [
    "Apri la chat (in inglese)",
    "Chiudi",
    "La chat non è raggiungibile ora.",
    "Apri in una nuova scheda",
    "Riprova",
  ],
  pt: [
    "Abrir o chat (em inglês)",
    "Fechar",
    "O chat não está disponível agora.",
    "Abrir em uma nova aba",
    "Tentar novamente",
  ],
  pl: [
    "Otwórz czat (po angielsku)",
    "Zamknij",
    "Czat jest teraz niedostępny.",
    "Otwórz w nowej karcie",
    "Spróbuj ponownie",
  ],
  sv: [
    "Öppna chatten (på engelska)",
    "Stäng",
    "Chatten kan inte nås just nu.",
    "Öppna i en ny flik",
    "Försök igen",
  ],
  tr: [
    "Sohbeti aç (İngilizce)",
    "Kapat",
    "Sohbete şu anda ulaşılamıyor.",
    "Yeni sekmede aç",
    "Tekrar dene",
  ],
  ar: [
    "افتح الدردشة (بالإنجليزية)",
    "إغلاق",
    "لا يمكن الوصول إلى الدردشة الآن.",
    "افتح في علامة تبويب جديدة",
    "حاول مرة أخرى",
  ],
  he: [
    "פתיחת הצ'אט (באנגלית)",
    "סגירה",
    "אי אפשר להגיע לצ'אט כרגע.",
    "פתיחה בכרטיסייה חדשה",
    "לנסות שוב",
  ],
  fa: [
    "باز کردن گفتگو (به انگلیسی)",
    "بستن",
    "اکنون گفتگو در دسترس نیست.",
    "باز کردن در زبانهٔ جدید",
    "تلاش دوباره",
  ],
  ur: [
    "چیٹ کھولیں (انگریزی میں)",
    "بند کریں",
    "اس وقت چیٹ دستیاب نہیں ہے۔",
    "نئے ٹیب میں کھولیں",
    "دوبارہ کوشش کریں",
  ],
};

const RIGHT_TO_LEFT = ["ar", "he", "fa", "ur"];

/**
 * @param {string} tag as in a page's `lang`, such as `de-CH`
 * @returns {string} the language whose labels fit, or ""
 */
export function closest(tag) {
  const code = tag.toLowerCase().replace(/[-_].*/, "");
  return Object.keys(LABELS).includes(code) ? code : "";
}

/** @param {string} language */
export function labelsIn(language) {
  return /** @type {Labels} */ (LABELS[language]);
}

/** @param {string} language */
export function directionOf(language) {
  return RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
}
