"""The loop: battles -> selection -> stages -> evaluation on a frozen panel -> verdict, and again."""
