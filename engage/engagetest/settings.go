package engagetest

import (
	"net/http"
	"slices"
	"strings"
)

var settingRules = rules{
	handlers: map[string]handler{
		"getAllSettings":  func(c *ctx) response { return c.ok(c.settings()) },
		"updateSettings":  updateSettings,
		"getAllUiLocales": func(*ctx) response { return answer(http.StatusOK, interfaceLocales()) },
		"getAllLocales":   func(*ctx) response { return answer(http.StatusOK, allLocales()) },
		"getAllTimezones": func(*ctx) response { return answer(http.StatusOK, allTimezones()) },
	},
	needs: map[string][]string{"update_settings": {"updateSettings"}},
}

// settings is the one record of settings that a domain has.
func (c *ctx) settings() *record { return c.st.records["Settings"][0] }

func updateSettings(c *ctx) response {
	r := c.settings()
	r.assign(c.body(false, func(values object, p *problems) {
		if code := textOf(values, "locale"); code != "" && !slices.Contains(interfaceCodes(), code) {
			p.add("locale", "is not included in the list")
		}
		if name := textOf(values, "timezone"); name != "" && !knownTimezone(name) {
			p.add("timezone", "is not included in the list")
		}
		for _, code := range listOf(values, "content_languages") {
			if !knownLocale(code) {
				p.add("content_languages", "is not included in the list")
				return
			}
		}
	}))
	c.st.touch(r)
	return c.ok(r)
}

// locales are the languages: those of the interface are in the guide, the
// others are a choice.
var locales = []struct {
	code, name string
	ui         bool
}{
	{"ar", "العربية", false},
	{"de", "Deutsch", true},
	{"en", "English", true},
	{"es", "Español", true},
	{"fr", "Français", true},
	{"it", "Italiano", false},
	{"ja", "日本語", false},
	{"nl", "Nederlands", true},
	{"pl", "Polski", false},
	{"pt", "Português", false},
	{"pt-BR", "Português (Brasil)", false},
	{"zh", "中文", false},
}

func interfaceLocales() []object {
	var out []object
	for _, l := range locales {
		if l.ui {
			out = append(out, obj("code", l.code, "name", l.name))
		}
	}
	return out
}

func interfaceCodes() []string {
	var out []string
	for _, l := range locales {
		if l.ui {
			out = append(out, l.code)
		}
	}
	return out
}

func allLocales() []object {
	out := make([]object, len(locales))
	for i, l := range locales {
		out[i] = obj("code", l.code, "name", l.name, "interface", l.ui)
	}
	return out
}

func knownLocale(code string) bool {
	return slices.ContainsFunc(allLocales(), func(o object) bool {
		v, _ := o.Get("code")
		return strings.EqualFold(v.(string), code)
	})
}

// timezones are some of Rails' names, with the offset from UTC in seconds.
var timezones = []struct {
	name   string
	offset int64
}{
	{"Hawaii", -36000},
	{"Pacific Time (US & Canada)", -28800},
	{"Mountain Time (US & Canada)", -25200},
	{"Central Time (US & Canada)", -21600},
	{"Eastern Time (US & Canada)", -18000},
	{"Brasilia", -10800},
	{"UTC", 0},
	{"London", 0},
	{"Lisbon", 0},
	{"Amsterdam", 3600},
	{"Berlin", 3600},
	{"Madrid", 3600},
	{"Paris", 3600},
	{"Athens", 7200},
	{"Moscow", 10800},
	{"Mumbai", 19800},
	{"Singapore", 28800},
	{"Tokyo", 32400},
	{"Sydney", 36000},
}

func allTimezones() []object {
	out := make([]object, len(timezones))
	for i, z := range timezones {
		out[i] = obj("name", z.name, "utc_offset", z.offset)
	}
	return out
}

func knownTimezone(name string) bool {
	for _, z := range timezones {
		if z.name == name {
			return true
		}
	}
	return false
}
