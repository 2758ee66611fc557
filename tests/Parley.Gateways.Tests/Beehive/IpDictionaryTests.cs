using Parley.Gateways.Beehive.Nodes;

namespace Parley.Gateways.Tests.Beehive;

/// <summary>The IP dictionary (beehive.md §6, docs/beehive.md).</summary>
public sealed class IpDictionaryTests
{
    private const string Good = "192.0.2.16,192.0.2.31,CN,,,,7,Seven\n192.0.2.32,192.0.2.32,DE,,,,8,Eight\n198.51.100.0,198.51.100.255,US,,,,9,Nine\n";

    [Theory]
    [InlineData("192.0.2.15", null)]
    [InlineData("192.0.2.16", "CN")]
    [InlineData("192.0.2.31", "CN")]
    [InlineData("192.0.2.32", "DE")]
    [InlineData("192.0.2.33", null)]
    [InlineData("198.51.99.255", null)]
    [InlineData("198.51.100.0", "US")]
    [InlineData("198.51.100.255", "US")]
    [InlineData("198.51.101.0", null)]
    [InlineData("0.0.0.0", null)]
    [InlineData("255.255.255.255", null)]
    public void An_address_is_found_in_its_range_and_beside_it_nothing_is(string address, string? country) =>
        Assert.Equal(country, Read(Good).Find(address)?.Country);

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.016")]
    [InlineData("192.0.2.16 ")]
    [InlineData("3221226000")]
    [InlineData("::ffff:192.0.2.16")]
    [InlineData("2001:db8::1")]
    public void What_is_no_dotted_IPv4_address_is_unknown(string address) => Assert.Null(Read(Good).Find(address));

    [Fact]
    public void The_whole_space_can_be_one_range()
    {
        var all = Read("0.0.0.0,255.255.255.255,XX,,Any\n");
        Assert.Equal("XX", all.Find("0.0.0.0")?.Country);
        Assert.Equal("XX", all.Find("127.255.0.1")?.Country);
        Assert.Equal("XX", all.Find("255.255.255.255")?.Country);
    }

    [Fact]
    public void Every_address_of_many_ranges_is_found_as_a_linear_search_finds_it()
    {
        var ranges = Enumerable.Range(0, 500).Select(i => (First: (i * 7) + 3, Last: (i * 7) + 3 + (i % 6), Country: $"C{i}")).ToList();
        var dictionary = Read(string.Concat(ranges.Select(r => $"{Address(r.First)},{Address(r.Last)},{r.Country},,op\n")));
        Assert.Equal(ranges.Count, dictionary.Count);
        for (var value = 0; value < 3520; value++)
        {
            var wanted = ranges.Where(r => r.First <= value && value <= r.Last).Select(r => r.Country).SingleOrDefault();
            Assert.Equal(wanted, dictionary.Find(Address(value))?.Country);
        }

        static string Address(int value) => $"10.0.{value >> 8}.{value & 255}";
    }

    [Fact]
    public void The_operator_is_told_by_the_seventh_column_and_by_the_last_one()
    {
        var place = Read("192.0.2.0,192.0.2.255,CN,r,c,d,100017,a,b,e,f,中国电信\n").Find("192.0.2.1")!;
        Assert.Equal("100017", place.OperatorId);
        Assert.Equal("中国电信", place.OperatorName);
        place = Read("192.0.2.0,192.0.2.255,CN,r,Short\n").Find("192.0.2.1")!;
        Assert.Equal("", place.OperatorId);
        Assert.Equal("Short", place.OperatorName);
    }

    [Fact]
    public void Empty_lines_and_comments_do_not_count() =>
        Assert.Equal(1, Read("# comment\n\n   \r\n192.0.2.0,192.0.2.255,CN,,x\n#192\n").Count);

    [Theory]
    [InlineData("192.0.2.0,192.0.2.255,CN,x", "line 3: it has 4 columns; at least 5 are needed")]
    [InlineData("192.0.2,192.0.2.255,CN,,x", "line 3: '192.0.2' is no IPv4 address")]
    [InlineData("192.0.2.0,2001:db8::1,CN,,x", "line 3: '2001:db8::1' is no IPv4 address")]
    [InlineData("192.0.2.9,192.0.2.8,CN,,x", "line 3: the range ends at 192.0.2.8, before it begins")]
    [InlineData("192.0.2.0,192.0.2.255,,,x", "line 3: the country is missing")]
    [InlineData("10.0.0.9,192.0.2.8,CN,,x", "line 3: the range begins at 10.0.0.9, but the one before it ends at 10.0.0.9; ranges must be ascending without overlaps")]
    [InlineData("9.0.0.0,9.0.0.1,CN,,x", "line 3: the range begins at 9.0.0.0, but the one before it ends at 10.0.0.9; ranges must be ascending without overlaps")]
    public void A_bad_line_is_refused_with_its_number(string line, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Read($"# two good lines\n10.0.0.0,10.0.0.9,CN,,x\n{line}\n")).Message);

    [Fact]
    public void A_line_that_is_too_long_is_refused()
    {
        var start = "10.0.0.0,10.0.0.9,CN,,";
        Assert.Equal(1, Read(start + new string('x', 4096 - start.Length)).Count);
        Assert.Equal(
            "line 1: it is longer than 4096 characters",
            Assert.Throws<FormatException>(() => Read(start + new string('x', 4097 - start.Length))).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_bad_one_are_errors_that_name_the_setting()
    {
        var missing = Path.Combine(Path.GetTempPath(), $"no-such-{Guid.NewGuid()}");
        Assert.StartsWith($"IpDictionary: '{missing}' cannot be read: ", Assert.Throws<IOException>(() => IpDictionary.Load(missing)).Message);
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "10.0.0.0,10.0.0.9,CN\n");
            Assert.StartsWith($"IpDictionary: '{file}', line 1: ", Assert.Throws<FormatException>(() => IpDictionary.Load(file)).Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_sample_that_is_delivered_can_be_read()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Parley.slnx")))
            directory = directory.Parent;
        var sample = IpDictionary.Load(Path.Combine(directory.FullName, "docs", "samples", "beehive-ip-dictionary.txt"));
        Assert.Equal(7, sample.Count);
        Assert.Equal(new IpPlace("CN", "100017", "Example Telecom"), sample.Find("192.0.2.77"));
        Assert.Equal("CN", sample.Find("198.51.100.127")?.Country);
        Assert.Equal("DE", sample.Find("198.51.100.128")?.Country);
        Assert.Equal("US", sample.Find("203.0.113.9")?.Country);
        Assert.Null(sample.Find("8.8.8.8"));
    }

    private static IpDictionary Read(string text)
    {
        using var reader = new StringReader(text);
        return IpDictionary.Read(reader);
    }
}
