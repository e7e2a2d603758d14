// On the board a card can be dragged: that chooses in the card's own form, and sends it.
(() => {
  const choiceFor = (card, column) => {
    const select = card.querySelector("select[name='to']");
    return select && [...select.options].find((option) => option.value === column.dataset.stage);
  };
  document.querySelectorAll("[data-deal-board] .deal-cards").forEach((column) => {
    new Sortable(column, {
      group: "deals",
      sort: false,
      delay: 150,
      delayOnTouchOnly: true,
      filter: "a, select, button, label, summary",
      preventOnFilter: false,
      onMove: (event) => event.to === event.from || Boolean(choiceFor(event.dragged, event.to)),
      onEnd: (event) => {
        const option = event.to !== event.from && choiceFor(event.item, event.to);
        if (!option) return;
        option.selected = true;
        event.item.querySelector(".deal-move").requestSubmit();
      },
    });
  });
})();
