--- The version of the standard library.
return "0.1.0"
