-- Lines of a published board in one category, best first.
SELECT m.name, p.value, p.low, p.high, p.battles, p.category
FROM published p JOIN models m ON m.id = p.model
WHERE p.board = $board AND p.category = $category ORDER BY p.value DESC, m.name;
