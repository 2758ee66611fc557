using System.Text.Json;
using Parley.Gateways.OpenIm.Http.OpenApi;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Whether a member must be there: a text not empty, a number not 0, a list or an object not null (openim.md §1.2).</summary>
internal enum Need : byte
{
    Optional,
    Required,
}

/// <summary>
/// The body of a call, or an object in it, read by the rules of openim.md §1.2: names without case, aliases in their order, null as
/// missing. What does not fit is remembered as <see cref="Fault"/>, and reading goes on; the first fault counts.
/// </summary>
internal sealed class ApiBody
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.OrdinalIgnoreCase);
    private readonly ApiBody _root;
    private readonly ApiFieldRecorder? _recorder;
    private string? _fault;

    private ApiBody(ApiBody? parent, ApiFieldRecorder? recorder = null)
    {
        _root = parent?._root ?? this;
        _recorder = recorder;
    }

    /// <summary>What is wrong with the body; null = nothing.</summary>
    public string? Fault => _root._fault;

    /// <summary>Reads a JSON object; of names that differ in case only the last one counts.</summary>
    public static ApiBody Of(JsonElement element, ApiBody? parent = null)
    {
        var body = new ApiBody(parent);
        if (element.ValueKind != JsonValueKind.Object)
        {
            body.Refuse("the body is no JSON object");
            return body;
        }
        try
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.Null)
                    body._members[member.Name] = member.Value;
            }
        }
        catch (InvalidOperationException)
        {
            body.Refuse("a name is no text"); // half a surrogate pair
        }
        return body;
    }

    /// <summary>An empty body that is at fault and writes down what is read out of it.</summary>
    public static ApiBody Recording(ApiFieldRecorder recorder) => new(parent: null, recorder) { _fault = "only read to describe" };

    /// <summary>Who may make this call.</summary>
    public void Ask(ApiDemand demand) => _recorder?.Ask(demand);

    public void Refuse(string fault) => _root._fault ??= fault;

    /// <summary>Whether the member is there, under one of its names.</summary>
    public bool Has(string name, params ReadOnlySpan<string> aliases) =>
        _recorder is not null || Find(name, aliases).ValueKind != JsonValueKind.Undefined;

    /// <summary>A text of at most so many characters; "" when it is missing.</summary>
    public string Text(string name, int most, Need need = Need.Optional, params ReadOnlySpan<string> aliases)
    {
        _recorder?.Add(name, aliases, ApiFieldKind.Text, need, most: most);
        var text = TextOf(name, Find(name, aliases));
        if (need == Need.Required && text.Length == 0)
            Refuse($"{name} is required");
        if (!Fits(text, most))
            Refuse($"{name} is longer than {most} characters");
        return text;
    }

    /// <summary>An integer within bounds; 0 when it is missing.</summary>
    public long Number(string name, long least, long most, Need need = Need.Optional, params ReadOnlySpan<string> aliases)
    {
        _recorder?.Add(name, aliases, ApiFieldKind.Integer, need, least, most);
        var element = Find(name, aliases);
        var number = 0L;
        if (element.ValueKind != JsonValueKind.Undefined && (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out number)))
            Refuse($"{name} is no integer");
        if (need == Need.Required && number == 0)
            Refuse($"{name} is required");
        if (number != 0 && (number < least || number > most))
            Refuse($"{name} is not within {least} and {most}");
        return number;
    }

    /// <summary>A 32-bit integer within bounds; 0 when it is missing.</summary>
    public int Integer(string name, int least, int most, Need need = Need.Optional, params ReadOnlySpan<string> aliases) =>
        (int)Math.Clamp(Number(name, least, most, need, aliases), int.MinValue, int.MaxValue);

    public bool Flag(string name, params ReadOnlySpan<string> aliases)
    {
        _recorder?.Add(name, aliases, ApiFieldKind.Flag, Need.Optional);
        var kind = Find(name, aliases).ValueKind;
        if (kind is not (JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False))
            Refuse($"{name} is no boolean");
        return kind == JsonValueKind.True;
    }

    /// <summary>A list of texts; empty when it is missing. What is null in it is an empty text.</summary>
    public IReadOnlyList<string> Texts(string name, int most, Need need = Need.Optional, params ReadOnlySpan<string> aliases)
    {
        _recorder?.Add(name, aliases, ApiFieldKind.Texts, need, most: most);
        var elements = List(name, most, need, aliases);
        var texts = new string[elements.Count];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = elements[i].ValueKind == JsonValueKind.Null ? "" : TextOf(name, elements[i]);
        return texts;
    }

    /// <summary>As <see cref="Texts"/>, where an object stands for its user id (§1.3).</summary>
    public IReadOnlyList<string> Users(string name, int most, Need need, params ReadOnlySpan<string> aliases)
    {
        _recorder?.Add(name, aliases, ApiFieldKind.Users, need, most: most);
        var elements = List(name, most, need, aliases);
        var users = new string[elements.Count];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = elements[i].ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.Object => Of(elements[i], this).Text("userID", int.MaxValue, Need.Optional, "uid"),
                _ => TextOf(name, elements[i]),
            };
        }
        return users;
    }

    /// <summary>A list of positive 32-bit numbers.</summary>
    public IReadOnlyList<uint> Numbers(string name, int most, Need need)
    {
        _recorder?.Add(name, [], ApiFieldKind.Numbers, need, most: most);
        var elements = List(name, most, need, []);
        var numbers = new uint[elements.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (elements[i].ValueKind != JsonValueKind.Number || !elements[i].TryGetUInt32(out numbers[i]))
                Refuse($"{name} holds what is no number");
        }
        return numbers;
    }

    /// <summary>A list of objects; empty when it is missing.</summary>
    public IReadOnlyList<ApiBody> Objects(string name, int most, Need need = Need.Optional)
    {
        if (_recorder is not null)
            return [new ApiBody(this, _recorder.Add(name, [], ApiFieldKind.Objects, need, most: most))];
        var elements = List(name, most, need, []);
        var objects = new ApiBody[elements.Count];
        for (var i = 0; i < objects.Length; i++)
            objects[i] = Of(elements[i], this);
        return objects;
    }

    /// <summary>An object; an empty one when it is missing.</summary>
    public ApiBody Object(string name, Need need = Need.Optional, params ReadOnlySpan<string> aliases)
    {
        if (_recorder is not null)
            return new(this, _recorder.Add(name, aliases, ApiFieldKind.Object, need));
        var element = Find(name, aliases);
        if (element.ValueKind != JsonValueKind.Undefined)
            return Of(element, this);
        if (need == Need.Required)
            Refuse($"{name} is required");
        return new ApiBody(this);
    }

    /// <summary>A member as it is; Undefined when it is missing.</summary>
    public JsonElement Element(string name, params ReadOnlySpan<string> aliases)
    {
        _recorder?.Add(name, aliases, ApiFieldKind.Any, Need.Optional);
        return Find(name, aliases);
    }

    /// <summary>The names that are there.</summary>
    public IEnumerable<string> Names => _members.Keys;

    /// <summary>Whether a text has at most so many characters; one outside the basic plane is one.</summary>
    public static bool Fits(string text, int most)
    {
        if (text.Length <= most)
            return true;
        var pairs = 0;
        foreach (var character in text)
            pairs += char.IsHighSurrogate(character) ? 1 : 0;
        return text.Length - pairs <= most;
    }

    private JsonElement Find(string name, ReadOnlySpan<string> aliases)
    {
        if (_members.TryGetValue(name, out var element))
            return element;
        foreach (var alias in aliases)
        {
            if (_members.TryGetValue(alias, out element))
                return element;
        }
        return default;
    }

    private List<JsonElement> List(string name, int most, Need need, ReadOnlySpan<string> aliases)
    {
        var element = Find(name, aliases);
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            if (need == Need.Required)
                Refuse($"{name} is required");
            return [];
        }
        if (element.ValueKind != JsonValueKind.Array)
        {
            Refuse($"{name} is no list");
            return [];
        }
        if (element.GetArrayLength() > most)
        {
            Refuse($"{name} has more than {most} items");
            return [];
        }
        return [.. element.EnumerateArray()];
    }

    private string TextOf(string name, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
            return "";
        try
        {
            if (element.ValueKind == JsonValueKind.String)
                return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair
        }
        Refuse($"{name} is no text");
        return "";
    }
}
