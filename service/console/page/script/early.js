// Before anything is painted: the colours that were chosen, so that a dark page does not flash white.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
