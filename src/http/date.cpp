// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/date.hpp>

#include <array>
#include <cstring>

namespace pottle::http {

namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view kWeekdays = "ThuFriSatSunMonTueWed";  // the first day of the epoch first
constexpr std::array<std::string_view, 7> kWeekdayNames{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::int64_t kSecondsPerDay = 86'400;

struct CivilDate {
    std::int64_t year;
    std::int64_t month;  // 1 to 12
    std::int64_t day;    // 1 to 31
};

// The Gregorian calendar repeats every 400 years of 146,097 days. Years are counted from 1 March
// here, so that the leap day is the last of its year, and 719,468 days lie between 0000-03-01 and
// the epoch.
constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kEpochDay = 719'468;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
    return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t days_of(const CivilDate& date) noexcept {
    const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    const std::int64_t era = floor_divide(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t month_from_march = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * kDaysPerEra + day_of_era - kEpochDay;
}

CivilDate date_of(std::int64_t days) noexcept {
    days += kEpochDay;
    const std::int64_t era = floor_divide(days, kDaysPerEra);
    const std::int64_t day_of_era = days - era * kDaysPerEra;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return {.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
            .month = month,
            .day = day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) noexcept {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

void put_two_digits(char* out, std::int64_t value) noexcept {
    out[0] = static_cast<char>('0' + value / 10);
    out[1] = static_cast<char>('0' + value % 10);
}

/// Takes the parts of a date off a text; every call after a failure fails too.
class DateReader {
public:
    explicit DateReader(std::string_view text) noexcept : rest_(text) {}

    bool ok() const noexcept { return ok_; }
    bool at_end() const noexcept { return ok_ && rest_.empty(); }

    void literal(std::string_view expected) noexcept {
        ok_ = ok_ && rest_.starts_with(expected);
        if (ok_) rest_.remove_prefix(expected.size());
    }
    /// Exactly `digits` digits.
    std::int64_t number(std::size_t digits) noexcept {
        std::int64_t value = 0;
        ok_ = ok_ && rest_.size() >= digits;
        for (std::size_t i = 0; ok_ && i < digits; ++i) {
            ok_ = ascii::is_digit(rest_[i]);
            value = value * 10 + (rest_[i] - '0');
        }
        if (ok_) rest_.remove_prefix(digits);
        return value;
    }
    /// Day of the month with a leading space for one digit (asctime).
    std::int64_t padded_day() noexcept {
        if (!rest_.starts_with(' ')) return number(2);
        literal(" ");
        return number(1);
    }
    std::int64_t month() noexcept {
        const std::size_t at = rest_.size() < 3 ? kMonths.npos : kMonths.find(rest_.substr(0, 3));
        ok_ = ok_ && at != kMonths.npos && at % 3 == 0;
        if (!ok_) return 0;
        rest_.remove_prefix(3);
        return static_cast<std::int64_t>(at / 3) + 1;
    }
    /// Seconds since midnight.
    std::int64_t time_of_day() noexcept {
        const std::int64_t hour = number(2);
        literal(":");
        const std::int64_t minute = number(2);
        literal(":");
        const std::int64_t second = number(2);
        ok_ = ok_ && hour < 24 && minute < 60 && second <= 60;  // 60: a leap second
        return hour * 3600 + minute * 60 + second;
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

std::optional<std::int64_t> combine(const DateReader& reader, const CivilDate& date,
                                    std::int64_t seconds) noexcept {
    if (!reader.at_end() || date.day < 1 || date.day > days_in_month(date.year, date.month))
        return std::nullopt;
    return days_of(date) * kSecondsPerDay + seconds;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", behind the comma.
std::optional<std::int64_t> parse_fixdate(std::string_view text) noexcept {
    DateReader reader(text);
    CivilDate date{};
    reader.literal(" ");
    date.day = reader.number(2);
    reader.literal(" ");
    date.month = reader.month();
    reader.literal(" ");
    date.year = reader.number(4);
    reader.literal(" ");
    const std::int64_t seconds = reader.time_of_day();
    reader.literal(" GMT");
    return combine(reader, date, seconds);
}

/// "Sunday, 06-Nov-94 08:49:37 GMT", behind the comma.
std::optional<std::int64_t> parse_rfc850(std::string_view text) noexcept {
    DateReader reader(text);
    CivilDate date{};
    reader.literal(" ");
    date.day = reader.number(2);
    reader.literal("-");
    date.month = reader.month();
    reader.literal("-");
    const std::int64_t year = reader.number(2);
    date.year = year < 70 ? 2000 + year : 1900 + year;
    reader.literal(" ");
    const std::int64_t seconds = reader.time_of_day();
    reader.literal(" GMT");
    return combine(reader, date, seconds);
}

/// "Sun Nov  6 08:49:37 1994", behind the weekday.
std::optional<std::int64_t> parse_asctime(std::string_view text) noexcept {
    DateReader reader(text);
    CivilDate date{};
    reader.literal(" ");
    date.month = reader.month();
    reader.literal(" ");
    date.day = reader.padded_day();
    reader.literal(" ");
    const std::int64_t seconds = reader.time_of_day();
    reader.literal(" ");
    date.year = reader.number(4);
    return combine(reader, date, seconds);
}

}  // namespace

void write_http_date(char* out, std::int64_t unix_seconds) noexcept {
    const std::int64_t days = floor_divide(unix_seconds, kSecondsPerDay);
    const std::int64_t seconds = unix_seconds - days * kSecondsPerDay;
    const CivilDate date = date_of(days);
    const std::int64_t weekday = days - floor_divide(days, 7) * 7;
    std::memcpy(out, "Thu, 01 Jan 1970 00:00:00 GMT", kHttpDateSize);
    std::memcpy(out, kWeekdays.data() + 3 * weekday, 3);
    put_two_digits(out + 5, date.day);
    std::memcpy(out + 8, kMonths.data() + 3 * (date.month - 1), 3);
    put_two_digits(out + 12, date.year / 100);
    put_two_digits(out + 14, date.year % 100);
    put_two_digits(out + 17, seconds / 3600);
    put_two_digits(out + 20, seconds / 60 % 60);
    put_two_digits(out + 23, seconds % 60);
}

std::string format_http_date(std::int64_t unix_seconds) {
    std::string text(kHttpDateSize, ' ');
    write_http_date(text.data(), unix_seconds);
    return text;
}

std::optional<std::int64_t> parse_http_date(std::string_view text) noexcept {
    const std::size_t name_end = text.find_first_of(", ");
    if (name_end == text.npos) return std::nullopt;
    const std::string_view weekday = text.substr(0, name_end);
    const bool has_comma = text[name_end] == ',';
    const std::string_view rest = text.substr(name_end + (has_comma ? 1 : 0));
    for (const std::string_view name : kWeekdayNames) {
        if (weekday == name.substr(0, 3))
            return has_comma ? parse_fixdate(rest) : parse_asctime(rest);
        if (weekday == name && has_comma) return parse_rfc850(rest);
    }
    return std::nullopt;
}

}  // namespace pottle::http
