import {tickStep} from "../d3-array/ticks.js";
import {format, formatPrefix} from "../d3-format/defaultLocale.js";
import {default as formatSpecifier} from "../d3-format/formatSpecifier.js";
import {default as precisionFixed} from "../d3-format/precisionFixed.js";
import {default as precisionPrefix} from "../d3-format/precisionPrefix.js";
import {default as precisionRound} from "../d3-format/precisionRound.js";

export default function tickFormat(start, stop, count, specifier) {
  var step = tickStep(start, stop, count),
      precision;
  specifier = formatSpecifier(specifier == null ? ",f" : specifier);
  switch (specifier.type) {
    case "s": {
      var value = Math.max(Math.abs(start), Math.abs(stop));
      if (specifier.precision == null && !isNaN(precision = precisionPrefix(step, value))) specifier.precision = precision;
      return formatPrefix(specifier, value);
    }
    case "":
    case "e":
    case "g":
    case "p":
    case "r": {
      if (specifier.precision == null && !isNaN(precision = precisionRound(step, Math.max(Math.abs(start), Math.abs(stop))))) specifier.precision = precision - (specifier.type === "e");
      break;
    }
    case "f":
    case "%": {
      if (specifier.precision == null && !isNaN(precision = precisionFixed(step))) specifier.precision = precision - (specifier.type === "%") * 2;
      break;
    }
  }
  return format(specifier);
}
