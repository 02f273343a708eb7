// A table of months that is wider than the screen begins at its newest end; the older are a swipe away.
for (const table of document.querySelectorAll("[data-newest-last]")) table.scrollLeft = table.scrollWidth;
