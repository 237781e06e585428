// ConsoleTerminal
