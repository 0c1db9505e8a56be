// Empty until the first concept of this room arrives.
