// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/reflect/time_text.hpp>

#include <chrono>
#include <limits>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace pottle::reflect {

namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int32_t kNanosecondsPerSecond = 1'000'000'000;

/// Reads from the front of a text; once something failed, everything after fails.
class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : rest_(text) {}

    bool ok() const noexcept { return ok_; }
    bool at_end() const noexcept { return rest_.empty(); }
    char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    char next() noexcept {
        if (rest_.empty()) return fail(), '\0';
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    bool skip(char c) noexcept {
        if (peek() != c || rest_.empty()) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) noexcept {
        if (!skip(c)) fail();
    }
    void fail() noexcept { ok_ = false; }

    /// Exactly `count` digits.
    int digits(int count) noexcept {
        int value = 0;
        for (int i = 0; i < count; ++i) {
            const char c = next();
            if (!ascii::is_digit(c)) return fail(), 0;
            value = value * 10 + (c - '0');
        }
        return value;
    }
    /// One or more digits, at most 18 (which fit).
    std::int64_t number() noexcept {
        std::int64_t value = 0;
        int count = 0;
        for (; ascii::is_digit(peek()); ++count) {
            if (count == 18) return fail(), 0;
            value = value * 10 + (next() - '0');
        }
        if (count == 0) fail();
        return value;
    }
    /// The digits after a decimal point, as nanoseconds.
    std::int32_t fraction() noexcept {
        std::int32_t value = 0;
        int count = 0;
        for (; ascii::is_digit(peek()); ++count) {
            const int digit = next() - '0';
            if (count < 9) value = value * 10 + digit;
        }
        if (count == 0) fail();
        for (; count < 9; ++count) value *= 10;
        return value;
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

/// Offset from UTC in seconds (RFC 3339 5.6 time-offset).
std::int64_t scan_offset(Scanner& in) {
    const char sign = in.next();
    if (sign == 'Z' || sign == 'z') return 0;
    if (sign != '+' && sign != '-') return in.fail(), 0;
    const int hours = in.digits(2);
    in.expect(':');
    const int minutes = in.digits(2);
    if (hours > 23 || minutes > 59) in.fail();
    const std::int64_t offset = hours * 3600 + minutes * 60;
    return sign == '-' ? -offset : offset;
}

std::string_view fraction_text(std::int32_t nanoseconds, char (&buffer)[16]) {
    char* end = buffer;
    if (nanoseconds == 0)
        end = buffer;
    else if (nanoseconds % 1'000'000 == 0)
        end = fmt::format_to(buffer, FMT_COMPILE(".{:03}"), nanoseconds / 1'000'000);
    else if (nanoseconds % 1000 == 0)
        end = fmt::format_to(buffer, FMT_COMPILE(".{:06}"), nanoseconds / 1000);
    else
        end = fmt::format_to(buffer, FMT_COMPILE(".{:09}"), nanoseconds);
    return {buffer, static_cast<std::size_t>(end - buffer)};
}

}  // namespace

std::optional<TimeValue> parse_time(std::string_view text) noexcept {
    Scanner in(text);
    const int year = in.digits(4);
    in.expect('-');
    const int month = in.digits(2);
    in.expect('-');
    const int day = in.digits(2);
    const char separator = in.next();
    // RFC 3339 5.6: 'T' in either case; a space is allowed "for the sake of readability".
    if (separator != 'T' && separator != 't' && separator != ' ') in.fail();
    const int hour = in.digits(2);
    in.expect(':');
    const int minute = in.digits(2);
    in.expect(':');
    const int second = in.digits(2);
    const std::int32_t nanoseconds = in.skip('.') ? in.fraction() : 0;
    const std::int64_t offset = scan_offset(in);
    if (!in.ok() || !in.at_end()) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;

    using namespace std::chrono;
    const year_month_day date(std::chrono::year{year},
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = sys_days(date).time_since_epoch().count();
    return TimeValue{days * kSecondsPerDay + hour * 3600 + minute * 60 + second - offset,
                     nanoseconds};
}

bool append_time(TimeValue time, std::string& out) {
    using namespace std::chrono;
    // Before the calendar, whose day count is an int: these are 0000-01-01 and 9999-12-31.
    if (time.seconds < -62'167'219'200 || time.seconds > 253'402'300'799) return false;
    const auto at = sys_seconds(seconds(time.seconds));
    const auto midnight = floor<days>(at);
    const year_month_day date(midnight);
    const hh_mm_ss clock(at - midnight);
    char fraction[16];
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z"),
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), clock.hours().count(),
                   clock.minutes().count(), clock.seconds().count(),
                   fraction_text(time.nanoseconds, fraction));
    return true;
}

std::optional<TimeValue> parse_duration(std::string_view text) noexcept {
    Scanner in(text);
    const bool negative = in.skip('-');
    in.expect('P');
    // Units in the order in which they may appear, each at most once; 'T' opens the second group.
    struct Unit {
        char letter;
        std::int64_t seconds;
        bool is_time;
    };
    static constexpr Unit kUnits[] = {{'W', 7 * kSecondsPerDay, false},
                                      {'D', kSecondsPerDay, false},
                                      {'H', 3600, true},
                                      {'M', 60, true},
                                      {'S', 1, true}};
    std::int64_t total = 0;
    std::int32_t nanoseconds = 0;
    bool in_time = false;
    bool any = false;
    const Unit* unit = kUnits;
    while (in.ok() && !in.at_end()) {
        if (!in_time && in.skip('T')) {
            in_time = true;
            any = false;  // "P1DT" lacks its time
        }
        const std::int64_t count = in.number();
        const bool fractional = in.skip('.');
        if (fractional) nanoseconds = in.fraction();
        const char letter = in.next();
        while (unit != std::end(kUnits) && (unit->letter != letter || unit->is_time != in_time))
            ++unit;
        if (unit == std::end(kUnits) || (fractional && letter != 'S')) return std::nullopt;
        std::int64_t seconds = 0;
        if (__builtin_mul_overflow(count, unit->seconds, &seconds) ||
            __builtin_add_overflow(total, seconds, &total))
            return std::nullopt;
        ++unit;
        any = true;
    }
    if (!in.ok() || !any) return std::nullopt;
    if (!negative) return TimeValue{total, nanoseconds};
    if (nanoseconds == 0) return TimeValue{-total, 0};
    return TimeValue{-total - 1, kNanosecondsPerSecond - nanoseconds};
}

void append_duration(TimeValue duration, std::string& out) {
    std::uint64_t seconds = static_cast<std::uint64_t>(duration.seconds);
    std::int32_t nanoseconds = duration.nanoseconds;
    if (duration.seconds < 0) {
        out += '-';
        seconds = ~seconds + 1;
        if (nanoseconds > 0) {  // -1 s + 0.5 s is written as -(0.5 s)
            --seconds;
            nanoseconds = kNanosecondsPerSecond - nanoseconds;
        }
    }
    out += "PT";
    const std::uint64_t hours = seconds / 3600;
    const std::uint64_t minutes = seconds / 60 % 60;
    seconds %= 60;
    if (hours) fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}H"), hours);
    if (minutes) fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}M"), minutes);
    char fraction[16];
    std::string_view digits = fraction_text(nanoseconds, fraction);
    while (digits.ends_with('0')) digits.remove_suffix(1);
    if (seconds || !digits.empty() || (!hours && !minutes))
        fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}{}S"), seconds, digits);
}

}  // namespace pottle::reflect
