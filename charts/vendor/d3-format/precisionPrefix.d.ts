export default function precisionPrefix(step: number, value: number): number;
