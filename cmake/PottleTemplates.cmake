# pottle_templates(<target> <folder> [NAME name] [OPTIONS trim_blocks lstrip_blocks i18n do loop_controls]
#                  [FILTERS ...] [TESTS ...])
#
# Makes the templates of <folder> part of <target>, a program or library. Every build parses those that changed: a
# mistake is an error of the build, with the template's file, line and column. FILTERS and TESTS name those that the
# application adds itself. <name> is the target's unless given, as a C identifier:
#
#     #include "<name>_templates.hpp"
#     app.use<Templates>(std::make_unique<BuiltInLoader>(pottle_templates::<name>()));
function(pottle_templates target folder)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "NAME" "OPTIONS;FILTERS;TESTS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "pottle_templates(${target} ${folder}) does not know: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(ABSOLUTE_PATH folder NORMALIZE)
  if(NOT IS_DIRECTORY "${folder}")
    message(FATAL_ERROR "pottle_templates(${target}): there is no folder ${folder}")
  endif()
  if(NOT ARG_NAME)
    string(MAKE_C_IDENTIFIER "${target}" ARG_NAME)
  endif()
  list(TRANSFORM ARG_FILTERS PREPEND filter:)
  list(TRANSFORM ARG_TESTS PREPEND test:)

  file(GLOB_RECURSE templates CONFIGURE_DEPENDS "${folder}/*")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}_templates")
  add_custom_command(
    OUTPUT "${output}/${ARG_NAME}_templates.cpp" "${output}/${ARG_NAME}_templates.hpp"
    COMMAND pottle::template_compiler "${folder}" "${ARG_NAME}" "${output}" ${ARG_OPTIONS} ${ARG_FILTERS} ${ARG_TESTS}
    DEPENDS ${templates} pottle::template_compiler
    COMMENT "Checking the templates of ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}/${ARG_NAME}_templates.cpp" "${output}/${ARG_NAME}_templates.hpp")
  target_include_directories(${target} PRIVATE "${output}")
endfunction()
