// RecorderClient
