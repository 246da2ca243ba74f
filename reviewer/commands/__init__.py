"""The command line, a module for each group of commands; they call the same functions as the pages."""
