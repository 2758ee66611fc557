namespace Parley.Server.Demo;

/// <summary>A cell of the table: one sender, one receiver.</summary>
/// <param name="IsGood">Whether the message arrived as it should; of a sender and itself: whether the server took it.</param>
/// <param name="Seen">How long it took, or what was wrong.</param>
internal readonly record struct DemoCell(bool IsGood, string Seen);

/// <summary>Who heard whom. What was never put in is missing.</summary>
internal sealed class DemoMatrix
{
    private readonly DemoCell?[,] _cells;

    /// <param name="names">The participants, who are senders and receivers alike.</param>
    public DemoMatrix(IReadOnlyList<string> names)
    {
        Names = names;
        _cells = new DemoCell?[names.Count, names.Count];
    }

    public IReadOnlyList<string> Names { get; }

    public DemoCell this[int sender, int receiver] =>
        _cells[sender, receiver] ?? new(IsGood: false, sender == receiver ? "not taken" : "missing");

    /// <summary>Everything that is not as it should be, as sentences; empty when all is well.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            var faults = new List<string>();
            for (var sender = 0; sender < Names.Count; sender++)
            {
                for (var receiver = 0; receiver < Names.Count; receiver++)
                {
                    if (this[sender, receiver] is { IsGood: false, Seen: var seen })
                        faults.Add(sender == receiver ? $"{Names[sender]} cannot send: {seen}" : $"{Names[sender]} to {Names[receiver]}: {seen}");
                }
            }
            return faults;
        }
    }

    /// <summary>A message arrived, or was taken; the second time is one too many.</summary>
    public void Put(int sender, int receiver, TimeSpan took) =>
        _cells[sender, receiver] = _cells[sender, receiver] is null ? new(IsGood: true, $"{took.TotalMilliseconds:N1} ms") : new(IsGood: false, "came twice");

    /// <summary>Something else than the message arrived, or it was refused.</summary>
    public void Spoil(int sender, int receiver, string why) => _cells[sender, receiver] = new(IsGood: false, why);
}
