"""The commands, a module for each room; every one hands over to the verbs that the pages call."""
