package models_test

// The week is longer than the day and says more: the load will be 160, 260 and
// 360.
func ExampleAll_ets() {
	show("ets")
	// Output: 160 259 358
}

// Monday becomes what Sunday was, nearer to a working day.
func ExampleAll_damped() {
	show("damped")
	// Output: 90 180 268
}

func ExampleAll_doubleSeasonal() {
	show("double-seasonal")
	// Output: 160 259 359
}

func ExampleAll_mstl() {
	show("mstl")
	// Output: 157 257 356
}
