using Parley.Server.Demo;

namespace Parley.Server.Tests.Demo;

/// <summary>The table of the demonstration: one cell that is not good, and the program ends with 1 and says which.</summary>
public sealed class DemoReportTests
{
    private static readonly string[] Names = ["Boss", "Otto", "Rita", "Gus", "Bea"];
    private static readonly int[] Order = [2, 0, 1, 4, 3];

    [Fact]
    public void Everything_good_is_0()
    {
        var (code, text) = Print(Full(), Histories());
        Assert.Equal(0, code);
        Assert.EndsWith("  Each of the 5 was heard by all the others, and all read the same in the same order.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NO", text, StringComparison.Ordinal);
        Assert.Equal(20, text.Split("| yes  1.0 ms").Length - 1);
        Assert.Equal(5, text.Split("| sent  1.0 ms").Length - 1);
    }

    [Theory]
    [InlineData(0, 4, "Boss to Bea: missing")]
    [InlineData(3, 2, "Gus to Rita: missing")]
    [InlineData(1, 1, "Otto cannot send: not taken")]
    public void One_missing_cell_is_1_and_is_named(int sender, int receiver, string fault)
    {
        var (code, text) = Print(Full((sender, receiver)), Histories());
        Assert.Equal(1, code);
        Assert.Contains($"  NOT GOOD  {fault}\n", text, StringComparison.Ordinal);
        Assert.Single(FaultsIn(text));
    }

    [Fact]
    public void Every_cell_counts()
    {
        for (var sender = 0; sender < Names.Length; sender++)
        {
            for (var receiver = 0; receiver < Names.Length; receiver++)
                Assert.Equal(1, Print(Full((sender, receiver)), Histories()).Code);
        }
    }

    [Fact]
    public void A_message_that_comes_twice_is_a_fault()
    {
        var matrix = Full();
        matrix.Put(1, 3, TimeSpan.Zero);
        var (code, text) = Print(matrix, Histories());
        Assert.Equal(1, code);
        Assert.Equal(["Otto to Gus: came twice"], FaultsIn(text));
    }

    [Fact]
    public void A_message_under_a_wrong_name_is_a_fault()
    {
        var matrix = Full();
        matrix.Spoil(4, 0, "from 7");
        var (code, text) = Print(matrix, Histories());
        Assert.Equal(1, code);
        Assert.Equal(["Bea to Boss: from 7"], FaultsIn(text));
    }

    [Fact]
    public void A_history_that_lacks_a_message_or_has_another_order_is_a_fault()
    {
        var histories = Histories();
        histories[3] = histories[3] with { Read = [2, 0, 1, 4] };
        histories[4] = histories[4] with { Read = [0, 2, 1, 4, 3] };
        histories[5] = histories[5] with { Pushed = [0, 2, 1, 4] };
        var (code, text) = Print(Full(), histories);
        Assert.Equal(1, code);
        Assert.Equal(
            [
                "Rita read 3 1 2 5 of 5 messages",
                "Gus read 1 3 2 5 4, which is not the order 3 1 2 5 4",
                "Bea was sent 1 3 2 5, which is not the order 3 1 2 5 4",
            ],
            FaultsIn(text));
    }

    [Fact]
    public void No_history_at_all_is_a_fault()
    {
        var (code, text) = Print(Full(), []);
        Assert.Equal(1, code);
        Assert.Equal(["nobody has read what was said"], FaultsIn(text));
    }

    private static DemoMatrix Full((int Sender, int Receiver)? without = null)
    {
        var matrix = new DemoMatrix(Names);
        for (var sender = 0; sender < Names.Length; sender++)
        {
            for (var receiver = 0; receiver < Names.Length; receiver++)
            {
                if (without != (sender, receiver))
                    matrix.Put(sender, receiver, TimeSpan.FromMilliseconds(1));
            }
        }
        return matrix;
    }

    private static DemoHistory[] Histories() =>
        [new("RTM", "getgroupmsg", [], Order), .. Names.Select(static (name, i) => new DemoHistory(name, "way", [.. Order.Where(one => one != i)], Order))];

    private static (int Code, string Text) Print(DemoMatrix matrix, IReadOnlyList<DemoHistory> histories)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var code = DemoReport.Print(output, matrix, histories);
        return (code, output.ToString());
    }

    private static string[] FaultsIn(string text) =>
        [.. text.Split('\n').Where(static line => line.StartsWith("  NOT GOOD  ", StringComparison.Ordinal)).Select(static line => line[12..])];
}
