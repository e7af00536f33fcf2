package session

// AtOnce is how many services are asked about at a time.
const AtOnce = 16
