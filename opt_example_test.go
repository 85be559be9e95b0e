package konverte_test

import (
	"encoding/json"
	"fmt"

	"github.com/konverte-go/konverte"
)

// In a request, what is absent is left alone, what is null is cleared, and a zero value is sent as what it is.
func ExampleOpt() {
	params := struct {
		Name        konverte.Opt[string] `json:"name,omitzero"`
		PhoneNumber konverte.Opt[string] `json:"phone_number,omitzero"`
		Blocked     konverte.Opt[bool]   `json:"blocked,omitzero"`
		Email       konverte.Opt[string] `json:"email,omitzero"`
	}{
		Name:        konverte.Set("Ada"),
		PhoneNumber: konverte.Null[string](),
		Blocked:     konverte.Set(false),
	}
	body, err := json.Marshal(params)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(body))
	// Output: {"name":"Ada","phone_number":null,"blocked":false}
}

func ExampleOpt_Get() {
	priority := konverte.Set("urgent")
	if p, ok := priority.Get(); ok {
		fmt.Println("priority is", p)
	}

	_, ok := konverte.Null[string]().Get()
	fmt.Println("null holds a value:", ok)
	// Output:
	// priority is urgent
	// null holds a value: false
}

func ExampleOpt_Or() {
	var absent konverte.Opt[string]
	fmt.Println(absent.Or("none"), konverte.Set("").Or("none") == "")
	// Output: none true
}

func ExampleNull() {
	fmt.Println(konverte.Null[int](), konverte.Set(7), konverte.Opt[int]{})
	// Output: null 7 unset
}
