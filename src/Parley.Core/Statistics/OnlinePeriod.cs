namespace Parley.Core.Statistics;

/// <summary>A length of the periods over which open sessions are counted.</summary>
/// <param name="Seconds">The length of a period in seconds, 1 or more. Periods begin at multiples of it, in unix time.</param>
/// <param name="Keep">How many periods are kept, the running one included, 1 or more.</param>
public readonly record struct OnlinePrecision(int Seconds, int Keep);

/// <summary>What was counted in one period.</summary>
/// <param name="Start">When the period began, in unix seconds.</param>
/// <param name="Most">The most sessions that were open when they were counted.</param>
/// <param name="Least">The fewest.</param>
public readonly record struct OnlinePeriod(long Start, int Most, int Least);

/// <summary>What is new of one period.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Seconds">The length of the period, which is one of the project's precisions.</param>
/// <param name="Period">The extremes to take into account.</param>
public readonly record struct OnlineSample(long ProjectId, int Seconds, OnlinePeriod Period);
