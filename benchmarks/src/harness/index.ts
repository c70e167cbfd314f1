// What a suite is written with

// What a suite's charts.ts is written with
export { bars, type ChartsOfSuite, columns, type Group, type Line, lines, scenarioOf } from './charts.ts';
export { type Measured, type MeasureOptions, measure, measured } from './measure.ts';
export { versionOf } from './package-version.ts';
export { type RaceOptions, type Racer, race, racer } from './race.ts';
export type { Machine, SuiteResult } from './record.ts';
export type { AskResult, ContestantResult, ScenarioResult } from './result.ts';
export type { Ask, Contestant, Pace, Running, Scenario } from './scenario.ts';
export type { Spread } from './statistics.ts';
