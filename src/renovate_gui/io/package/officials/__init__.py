"""What a receiving system of an authority takes: field tables, checked values, its formats, read back by a second reader."""
