export default function precisionRound(step: number, max: number): number;
