export default function formatLocale(definition: {
  dateTime: string; date: string; time: string; periods: string[]; days: string[]; shortDays: string[]; months: string[]; shortMonths: string[];
}): {
  format(specifier: string): (date: Date) => string;
  utcFormat(specifier: string): (date: Date) => string;
};
