"""What learning from rewards is made of: advantages, rollouts, the value model. The algorithm is a stage."""
