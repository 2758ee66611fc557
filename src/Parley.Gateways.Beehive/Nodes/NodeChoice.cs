namespace Parley.Gateways.Beehive.Nodes;

/// <summary>Which nodes a client is sent to (beehive.md §6).</summary>
internal static class NodeChoice
{
    /// <summary>
    /// Nodes of the client's country and operator; without any, those of the default country; without any, all. Busy ones count only when there
    /// are no others. Those with the fewest connections come first, those that have not reported last, equals in any order.
    /// </summary>
    /// <param name="candidates">Nodes of the type asked for that may be handed out.</param>
    /// <param name="client">Where the client is; null when that is not known.</param>
    /// <param name="defaultCountry">Where clients are taken to be whose place has no node.</param>
    /// <param name="size">Most nodes to give.</param>
    /// <param name="shuffle">Brings equals into some order.</param>
    public static IReadOnlyList<AccessPoint> Choose(
        IReadOnlyList<AccessPoint> candidates, IpPlace? client, string defaultCountry, int size, Action<AccessPoint[]> shuffle)
    {
        AccessPoint[] good = [.. candidates.Where(static node => node.Status != NodeStatus.TooBusy)];
        if (good.Length == 0)
            good = [.. candidates];
        AccessPoint[] near = client is null
            ? []
            : [.. good.Where(node => node.Place is { } place && place.IsIn(client.Country) && place.HasSameOperator(client))];
        if (near.Length == 0)
            near = [.. good.Where(node => node.Place is { } place && place.IsIn(defaultCountry))];
        if (near.Length == 0)
            near = good;
        shuffle(near);
        return [.. near.OrderBy(static node => node.Connections ?? int.MaxValue).Take(size)];
    }
}
