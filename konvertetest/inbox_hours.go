package konvertetest

import "github.com/konverte-go/konverte/internal/testserver"

// newWorkingHours are the hours of a new inbox: 9 to 17, Monday to Friday.
func newWorkingHours() []workingHour {
	out := make([]workingHour, 7)
	for day := range out {
		out[day].dayOfWeek = day
		if day == 0 || day == 6 {
			out[day].closedAllDay = true
			continue
		}
		out[day].setHours(9, 0, 17, 0)
	}
	return out
}

func (day *workingHour) setHours(openHour, openMinutes, closeHour, closeMinutes int64) {
	day.openHour, day.openMinutes, day.closeHour, day.closeMinutes = &openHour, &openMinutes, &closeHour, &closeMinutes
}

func workingHourView(w workingHour) object {
	return obj(
		"day_of_week", w.dayOfWeek,
		"closed_all_day", w.closedAllDay,
		"open_hour", w.openHour,
		"open_minutes", w.openMinutes,
		"close_hour", w.closeHour,
		"close_minutes", w.closeMinutes,
		"open_all_day", w.openAllDay,
	)
}

// valid reports whether the hours would be stored.
func (day *workingHour) valid() bool {
	if day.openAllDay && day.closedAllDay {
		return false
	}
	if day.closedAllDay {
		return true
	}
	return within(day.openHour, 23) && within(day.openMinutes, 59) && within(day.closeHour, 23) && within(day.closeMinutes, 59) &&
		*day.openHour*60+*day.openMinutes < *day.closeHour*60+*day.closeMinutes
}

func within(n *int64, most int64) bool { return n != nil && *n >= 0 && *n <= most }

// changeWorkingHours takes over the days that were sent. Invalid ones are
// skipped in silence; an unknown day ends the request with 500, without any
// change to the hours.
func (c *ctx) changeWorkingHours(in *inbox) {
	v, _ := c.Params.Get("working_hours")
	if v == nil || v == false {
		return
	}
	days, isList := c.Params.List("working_hours")
	if !isList {
		stop(crash())
	}
	next := append([]workingHour(nil), in.workingHours...)
	for _, day := range days {
		sent, isHash := day.(*params)
		if !isHash {
			continue
		}
		changeDay(next, sent)
	}
	in.workingHours = next
}

func changeDay(hours []workingHour, sent *params) {
	value, _ := sent.Get("day_of_week")
	number := testserver.CastInt(value)
	if number == nil || *number < 0 || *number >= int64(len(hours)) {
		stop(crash())
	}
	next := hours[*number]
	sent.Into("open_hour", &next.openHour)
	sent.Into("open_minutes", &next.openMinutes)
	sent.Into("close_hour", &next.closeHour)
	sent.Into("close_minutes", &next.closeMinutes)
	sent.Into("closed_all_day", &next.closedAllDay)
	sent.Into("open_all_day", &next.openAllDay)
	if next.openAllDay {
		next.setHours(0, 0, 23, 59)
	}
	if next.valid() {
		hours[*number] = next
	}
}
