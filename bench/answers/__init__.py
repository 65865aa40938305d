"""How well questions are answered without a model: quoted, cited, refused."""
