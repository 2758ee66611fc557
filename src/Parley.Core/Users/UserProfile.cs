namespace Parley.Core.Users;

/// <summary>What is kept about a user.</summary>
public sealed record UserProfile
{
    /// <summary>The user.</summary>
    public required long UserId { get; init; }

    /// <summary>The name shown in mobile notifications; "" when never set.</summary>
    public string PushName { get; init; } = "";

    /// <summary>The language that the user reads, ISO 639-1; "" = no translation.</summary>
    public string Language { get; init; } = "";

    /// <summary>The last position; null when never set.</summary>
    public GeoPosition? Position { get; init; }

    /// <summary>Text that everyone may read.</summary>
    public string OpenInfo { get; init; } = "";

    /// <summary>Text that only the user reads.</summary>
    public string PrivateInfo { get; init; } = "";

    /// <summary>The newest broadcast when the user came into being: earlier ones are never unread.</summary>
    public long BroadcastFloor { get; init; }
}

/// <summary>A position on earth in degrees.</summary>
/// <param name="Latitude">Latitude.</param>
/// <param name="Longitude">Longitude.</param>
public readonly record struct GeoPosition(double Latitude, double Longitude);

/// <summary>The parts of a profile to change; null = leave as it is.</summary>
public sealed record ProfileChange
{
    /// <summary>The name shown in mobile notifications.</summary>
    public string? PushName { get; init; }

    /// <summary>The language that the user reads.</summary>
    public string? Language { get; init; }

    /// <summary>The position.</summary>
    public GeoPosition? Position { get; init; }

    /// <summary>Text that everyone may read.</summary>
    public string? OpenInfo { get; init; }

    /// <summary>Text that only the user reads.</summary>
    public string? PrivateInfo { get; init; }
}

/// <summary>A device registered for mobile notifications.</summary>
/// <param name="Token">The push token; unique for a user.</param>
/// <param name="Platform">The platform, such as ios or android.</param>
/// <param name="DeviceType">The type of device; "" when not told.</param>
public readonly record struct Device(string Token, string Platform, string DeviceType);

/// <summary>A device and its user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Device">The device.</param>
public readonly record struct UserDevice(long UserId, Device Device);

/// <summary>A conversation in which a user does not want mobile notifications.</summary>
/// <param name="Kind">0 = peer-to-peer, 1 = group.</param>
/// <param name="Id">The peer or the group.</param>
/// <param name="Types">The message types concerned; empty = all.</param>
public sealed record MuteOption(int Kind, long Id, IReadOnlyList<byte> Types);
