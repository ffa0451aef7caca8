export default function precisionFixed(step: number): number;
