"""A catalog from what people have: notes full of curl commands, OpenAPI documents, Postman collections, HAR files."""
