namespace Parley.Wire.Beehive;

/// <summary>What the check of a token came to (beehive §5). All but <see cref="Good"/> give ONLINE-ACK 20012.</summary>
public enum BeehiveTokenOutcome : byte
{
    /// <summary>Made by us for this user and session, and not expired.</summary>
    Good,

    /// <summary>Not made with any of the keys, or no token at all.</summary>
    Undecodable,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Made for another user or session.</summary>
    Foreign,
}
