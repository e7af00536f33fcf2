package capacity

// CommonDivisor is the greatest common divisor of two numbers that are not negative,
// such as the longest time of which two steps are whole multiples.
func CommonDivisor[T ~int | ~int64](a, b T) T {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
