using Parley.Core.Messaging;

namespace Parley.Core.Rooms;

/// <summary>A broadcast of the operator that those who come later are to hear.</summary>
/// <param name="Number">The room's number of it, from 1.</param>
/// <param name="ExpiresAt">Until when, in unix milliseconds.</param>
/// <param name="Message">What was said.</param>
public sealed record KeptBroadcast(long Number, long ExpiresAt, Message Message);

/// <summary>Where a kept broadcast is found.</summary>
/// <param name="Number">The room's number of it, from 1.</param>
/// <param name="Position">The message's place in the log.</param>
/// <param name="ExpiresAt">Until when it is kept, in unix milliseconds.</param>
public readonly record struct BroadcastMark(long Number, long Position, long ExpiresAt);
