// StenoCommands
