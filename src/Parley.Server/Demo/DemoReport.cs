using System.Globalization;
using Spectre.Console;

namespace Parley.Server.Demo;

/// <summary>What a participant read afterwards.</summary>
/// <param name="Who">The reader.</param>
/// <param name="Way">How it read.</param>
/// <param name="Pushed">The messages in the order in which they came at first, each by the number of its sender; empty when there was no such.</param>
/// <param name="Read">The messages in the order in which they were read.</param>
internal sealed record DemoHistory(string Who, string Way, IReadOnlyList<int> Pushed, IReadOnlyList<int> Read);

/// <summary>Prints the two tables of the five, and says in words what is wrong.</summary>
internal static class DemoReport
{
    private const int RedirectedWidth = 150;

    /// <summary>Prints; returns what the program ends with: 0 = every cell is good and all read the same.</summary>
    public static int Print(TextWriter output, DemoMatrix matrix, IReadOnlyList<DemoHistory> histories)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (!isTerminal)
            console.Profile.Width = RedirectedWidth;
        console.Write(Cells(matrix));
        var order = histories.Count > 0 ? histories[0].Read : [];
        if (histories.Count > 0)
            console.Write(Histories(matrix, histories, order));
        List<string> faults = [.. matrix.Faults, .. histories.SelectMany(history => FaultsOf(matrix, history, order))];
        if (histories.Count == 0)
            faults.Add("nobody has read what was said");
        foreach (var fault in faults)
            output.WriteLine($"  NOT GOOD  {fault}");
        if (faults.Count == 0)
            output.WriteLine($"  Each of the {matrix.Names.Count} was heard by all the others, and all read the same in the same order.");
        return faults.Count == 0 ? 0 : ParleyException.Failed;
    }

    private static Table Cells(DemoMatrix matrix)
    {
        var table = new Table().Border(TableBorder.Ascii2).Title("who (rows) was heard by whom (columns)");
        table.AddColumn(new TableColumn(new Text("sender")));
        foreach (var name in matrix.Names)
            table.AddColumn(new TableColumn(new Text(name)));
        for (var sender = 0; sender < matrix.Names.Count; sender++)
        {
            List<Text> row = [new($"{sender + 1} {matrix.Names[sender]}")];
            for (var receiver = 0; receiver < matrix.Names.Count; receiver++)
            {
                var (isGood, seen) = matrix[sender, receiver];
                var word = isGood ? sender == receiver ? "sent" : "yes" : "NO";
                row.Add(new($"{word}  {seen}", new Style(isGood ? Color.Green : Color.Red)));
            }
            table.AddRow(row);
        }
        return table;
    }

    private static Table Histories(DemoMatrix matrix, IReadOnlyList<DemoHistory> histories, IReadOnlyList<int> order)
    {
        var table = new Table().Border(TableBorder.Ascii2).Title("what was read afterwards, by the numbers of the senders");
        foreach (var title in (string[])["reader", "how", "as it came", "as it was read", "good"])
            table.AddColumn(new TableColumn(new Text(title)));
        foreach (var history in histories)
        {
            var isGood = !FaultsOf(matrix, history, order).Any();
            table.AddRow(
                new Text(history.Who),
                new Text(history.Way),
                new Text(Numbers(history.Pushed)),
                new Text(Numbers(history.Read)),
                new Text(isGood ? "yes" : "NO", new Style(isGood ? Color.Green : Color.Red)));
        }
        return table;
    }

    private static IEnumerable<string> FaultsOf(DemoMatrix matrix, DemoHistory history, IReadOnlyList<int> order)
    {
        if (history.Read.Count != matrix.Names.Count || history.Read.Distinct().Count() != matrix.Names.Count)
            yield return $"{history.Who} read {Numbers(history.Read)} of {matrix.Names.Count} messages";
        else if (!history.Read.SequenceEqual(order))
            yield return $"{history.Who} read {Numbers(history.Read)}, which is not the order {Numbers(order)}";
        if (!history.Pushed.SequenceEqual(order.Where(history.Pushed.Contains)))
            yield return $"{history.Who} was sent {Numbers(history.Pushed)}, which is not the order {Numbers(order)}";
    }

    private static string Numbers(IReadOnlyList<int> senders) => senders.Count == 0
        ? "-" : string.Join(' ', senders.Select(static sender => (sender + 1).ToString(CultureInfo.InvariantCulture)));
}
