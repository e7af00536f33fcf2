package models_test

// Monday is as high as the last evening, a Sunday's, and has the shape of all
// days.
func ExampleAll_naive2() {
	show("naive2")
	// Output: 89 161 235
}

// The level moves so fast that smoothing it makes no difference, and half the
// slope of three weeks is little in a day.
func ExampleAll_theta() {
	show("theta")
	// Output: 89 161 235
}

func ExampleAll_dotm() {
	show("dotm")
	// Output: 89 161 235
}

// Day and week are both seen: the load will be 160, 260 and 360.
func ExampleAll_harmonic() {
	show("harmonic")
	// Output: 152 259 356
}

// The season is the day, so that Monday is much like Sunday.
func ExampleAll_arima() {
	show("arima")
	// Output: 99 199 286
}

// The level fades a little.
func ExampleAll_ces() {
	show("ces")
	// Output: 89 157 226
}

// One linear layer sees the two days before.
func ExampleAll_nlinear() {
	show("nlinear")
	// Output: 90 137 186
}
