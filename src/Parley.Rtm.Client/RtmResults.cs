namespace Parley.Rtm.Client;

/// <summary>What is unread (rtm-client.md §4.6, §5.5).</summary>
/// <param name="Users">Users with unread messages for the caller.</param>
/// <param name="Groups">Groups with unread messages.</param>
/// <param name="Broadcast">Whether an announcement is unread; false from calls that do not tell.</param>
public sealed record RtmUnread(IReadOnlyList<long> Users, IReadOnlyList<long> Groups, bool Broadcast);

/// <summary>How much is unread (§10.1).</summary>
/// <param name="Users">Messages by uid.</param>
/// <param name="Groups">Messages by gid.</param>
public sealed record RtmUnreadCounts(IReadOnlyDictionary<long, int> Users, IReadOnlyDictionary<long, int> Groups);

/// <summary>How much is unread in conversations that were asked for (§10.1).</summary>
/// <param name="Counts">Messages by uid or gid.</param>
/// <param name="LastTimes">The time of the newest message by uid or gid, in unix milliseconds.</param>
public sealed record RtmUnreadDetails(IReadOnlyDictionary<long, int> Counts, IReadOnlyDictionary<long, long> LastTimes);

/// <summary>The caller's conversations (§10.1).</summary>
/// <param name="Users">The time of the newest message by uid, in unix milliseconds; 0 from servers that tell only the ids.</param>
/// <param name="Groups">The same by gid.</param>
public sealed record RtmSessions(IReadOnlyDictionary<long, long> Users, IReadOnlyDictionary<long, long> Groups);

/// <summary>One connection of the caller (<c>getattrs</c>, §10.1).</summary>
/// <param name="Endpoint">Its address as the gate sees it, for <see cref="RtmClient.KickOutAsync"/>.</param>
/// <param name="LoginTime">When it logged in.</param>
/// <param name="IsThis">Whether it is the connection that asks.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record RtmConnectionInfo(string Endpoint, DateTimeOffset? LoginTime, bool IsThis, IReadOnlyDictionary<string, string> Attributes);

/// <summary>What is known about a user, group or room (§10.1).</summary>
/// <param name="Open">What everybody may read.</param>
/// <param name="Private">What only the user, the members or those inside may read.</param>
public sealed record RtmInfo(string Open, string Private);

/// <summary>The members of a group (§4.13, §10.1).</summary>
/// <param name="Members">All of them.</param>
/// <param name="Online">Those who are online.</param>
public sealed record RtmGroupMembers(IReadOnlyList<long> Members, IReadOnlyList<long> Online);

/// <summary>How many members a group has (§10.1).</summary>
/// <param name="Members">All of them.</param>
/// <param name="Online">Those who are online; null when it was not asked.</param>
public sealed record RtmGroupCount(int Members, int? Online);

/// <summary>A place on earth, in degrees (§4.8).</summary>
/// <param name="Latitude">-90 to 90, north is positive.</param>
/// <param name="Longitude">-180 to 180, east is positive.</param>
public readonly record struct RtmPosition(double Latitude, double Longitude);

/// <summary>Where notifications are muted (<c>getoption</c>, §10.1).</summary>
/// <param name="Users">Message types by uid; an empty list stands for all types.</param>
/// <param name="Groups">The same by gid.</param>
public sealed record RtmMuted(
    IReadOnlyDictionary<long, IReadOnlyList<byte>> Users, IReadOnlyDictionary<long, IReadOnlyList<byte>> Groups);

