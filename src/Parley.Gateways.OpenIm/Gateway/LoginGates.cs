namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>Gates that the logins of one user pass one after another, so that the last one is the one that stays (openim.md §2.5).</summary>
internal sealed class LoginGates
{
    private const int Stripes = 64;

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>The gate of a user; some users share one.</summary>
    public SemaphoreSlim Of(long userId) => _gates[(uint)userId.GetHashCode() % Stripes];
}
