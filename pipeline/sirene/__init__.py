"""What the national register of establishments proposes for a town's list of shops. It proposes, it never decides."""
