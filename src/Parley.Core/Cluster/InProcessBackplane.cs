namespace Parley.Core.Cluster;

/// <summary>The backplane of a single node: notices are handed on at once.</summary>
public sealed class InProcessBackplane : IBackplane
{
    private readonly Action<CacheNotice>?[] _handlers = new Action<CacheNotice>?[Enum.GetValues<CacheArea>().Length];

    /// <inheritdoc/>
    public ValueTask InvalidateAsync(CacheNotice notice)
    {
        _handlers[(int)notice.Area]?.Invoke(notice);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Subscribe(CacheArea area, Action<CacheNotice> handler) => _handlers[(int)area] += handler;
}
