// SPDX-License-Identifier: MIT
/// \file
/// How g++ names the mistake in a route: the checked constructor calls one of these functions,
/// which are never defined, and the compiler prints its name. clang prints the sentences of
/// pattern_parser.hpp and never gets here.
#pragma once

#include <pottle/app/param.hpp>
#include <pottle/app/pattern_parser.hpp>

namespace pottle::app::route_mistake {

void the_pattern_must_start_with_a_slash();
void opening_bracket_without_closing_bracket();
void closing_bracket_without_opening_bracket();
void a_parameter_of_the_pattern_needs_a_name();
void a_parameter_name_is_letters_digits_and_underscores();
void the_same_parameter_name_stands_twice();
void unknown_converter__use_string_int_float_path_any_uuid();
void the_converter_does_not_take_these_arguments();
void too_many_parameters();
void the_pattern_has_more_parameters_than_the_handler_takes();
void the_handler_takes_more_path_values_than_the_pattern_has();
void int_needs_an_integer_parameter();
void float_needs_a_double_parameter();
void uuid_needs_a_uuid_parameter();
void string_path_and_any_need_a_std_string_parameter();
void take_path_values_by_value__a_reference_would_dangle();
void take_injected_values_by_value__a_reference_would_dangle();
void only_a_websocket_has_a_websocket_object__add_it_with_app_websocket();
void a_websocket_has_no_body__receive_its_messages();
void a_parameter_is_neither_a_path_value_nor_injectable();
void the_result_cannot_become_a_response();

constexpr void report(RouteMistake mistake) {
    switch (mistake) {
        case RouteMistake::None:
            return;
        case RouteMistake::NoSlash:
            return the_pattern_must_start_with_a_slash();
        case RouteMistake::UnclosedBracket:
            return opening_bracket_without_closing_bracket();
        case RouteMistake::UnopenedBracket:
            return closing_bracket_without_opening_bracket();
        case RouteMistake::NoName:
            return a_parameter_of_the_pattern_needs_a_name();
        case RouteMistake::BadName:
            return a_parameter_name_is_letters_digits_and_underscores();
        case RouteMistake::SameName:
            return the_same_parameter_name_stands_twice();
        case RouteMistake::UnknownConverter:
            return unknown_converter__use_string_int_float_path_any_uuid();
        case RouteMistake::BadArgument:
            return the_converter_does_not_take_these_arguments();
        case RouteMistake::TooManyParameters:
            return too_many_parameters();
        case RouteMistake::MoreInPattern:
            return the_pattern_has_more_parameters_than_the_handler_takes();
        case RouteMistake::MoreInHandler:
            return the_handler_takes_more_path_values_than_the_pattern_has();
        case RouteMistake::NeedsInteger:
            return int_needs_an_integer_parameter();
        case RouteMistake::NeedsDouble:
            return float_needs_a_double_parameter();
        case RouteMistake::NeedsUuid:
            return uuid_needs_a_uuid_parameter();
        case RouteMistake::NeedsString:
            return string_path_and_any_need_a_std_string_parameter();
    }
}

constexpr void report(Param mistake) {
    switch (mistake) {
        case Param::PathValueByReference:
            return take_path_values_by_value__a_reference_would_dangle();
        case Param::ValueByReference:
            return take_injected_values_by_value__a_reference_would_dangle();
        case Param::WebsocketOfRequest:
            return only_a_websocket_has_a_websocket_object__add_it_with_app_websocket();
        case Param::BodyOfWebsocket:
            return a_websocket_has_no_body__receive_its_messages();
        case Param::Unknown:
            return a_parameter_is_neither_a_path_value_nor_injectable();
        default:
            return;
    }
}

}  // namespace pottle::app::route_mistake
