namespace Parley.Core.Rooms;

/// <summary>What became of a session's wish for a seat.</summary>
/// <param name="Error">Why there is none; none when the session sits.</param>
/// <param name="SubGroup">The sub-group, counted from 0.</param>
/// <param name="IsNew">Whether the session did not sit there before.</param>
public readonly record struct SeatResult(CoreError Error, int SubGroup, bool IsNew);
