namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>Something to be pushed that waits for its turn in a <see cref="PushWindow"/>.</summary>
/// <param name="number">Its number in the user's inbox; 0 = it is in none.</param>
/// <param name="dueAt">When it waits no longer, by the heartbeat's clock, in milliseconds.</param>
internal sealed class HeldPush(long number, long dueAt)
{
    public long Number => number;

    /// <summary>When it waits no longer. The window makes it earlier when a push behind it is due earlier.</summary>
    public long DueAt { get; set; } = dueAt;

    /// <summary>What it is sorted by: its number, or that of the push that it follows. Set by the window.</summary>
    public long Key { get; set; }

    /// <summary>The frame; empty = this client is not shown anything, and the number is passed over. Good when <see cref="IsReady"/>.</summary>
    public ReadOnlyMemory<byte> Frame { get; set; }

    /// <summary>Whether the frame was made; it is not at once when names have to be looked up.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether it fell out of the window before it was ready: whoever makes the frame sends it.</summary>
    public bool IsAlone { get; set; }
}
