namespace Parley.Core.Messaging;

/// <summary>Checks that a message is spared, for back ends whose protocol promises so.</summary>
[Flags]
public enum SendExemptions : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The receiver's block does not stop the sender.</summary>
    Blocks = 1,

    /// <summary>The sender need not be a member of the group; the group must have members. Bans hold.</summary>
    Membership = 2,
}
