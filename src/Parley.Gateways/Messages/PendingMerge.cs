using Parley.Core.Messaging;

namespace Parley.Gateways.Messages;

/// <summary>Reads many conversations as one.</summary>
public static class PendingMerge
{
    /// <summary>The messages of all sources, oldest first. What was deleted meanwhile is left out.</summary>
    public static async IAsyncEnumerable<Message> ReadAsync(IReadOnlyList<PendingSource> sources)
    {
        var next = new PriorityQueue<PendingSource, long>();
        foreach (var source in sources)
        {
            if (await source.MoveNextAsync(CancellationToken.None))
                next.Enqueue(source, source.Position);
        }
        while (next.TryDequeue(out var source, out _))
        {
            if (await source.GetCurrentAsync(CancellationToken.None) is { } message)
                yield return message;
            if (await source.MoveNextAsync(CancellationToken.None))
                next.Enqueue(source, source.Position);
        }
    }
}
