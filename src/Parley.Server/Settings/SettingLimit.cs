using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Parley.Server.Settings;

/// <summary>What a setting may be: its type, and the range or pattern that its property or <see cref="ProjectSettingsLimits"/> states.</summary>
internal sealed class SettingLimit
{
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    private readonly Type _type;
    private readonly (long Min, long Max)? _range;
    private readonly RegularExpressionAttribute? _pattern;
    private readonly int _minLength;
    private readonly int _maxLength = int.MaxValue;

    private SettingLimit(PropertyInfo property, Type type)
    {
        _type = type;
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            _range = (Whole(range.Minimum), Whole(range.Maximum));
        else if (ProjectSettingsLimits.Find(property) is { } known)
            _range = known;
        _pattern = property.GetCustomAttribute<RegularExpressionAttribute>();
        _minLength = property.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0;
        _maxLength = property.GetCustomAttribute<MaxLengthAttribute>()?.Length ?? int.MaxValue;
    }

    /// <summary>The limit of a property, or of the elements of a list or dictionary.</summary>
    public static SettingLimit Of(PropertyInfo property, Type? elementType = null) => new(property, elementType ?? property.PropertyType);

    /// <summary>What is allowed, in words that follow "must be".</summary>
    public string Allowed
    {
        get
        {
            if (_type == typeof(bool))
                return "true or false";
            if (_type.IsEnum)
                return "one of " + string.Join(", ", Enum.GetNames(_type));
            if (_type == typeof(int) || _type == typeof(long))
                return _range is { } range ? $"a whole number from {range.Min:N0} to {range.Max:N0}" : "a whole number";
            if (_pattern is not null)
                return _pattern.ErrorMessage ?? $"a text that matches {_pattern.Pattern}";
            if (_maxLength != int.MaxValue)
                return $"a text of {_minLength:N0} to {_maxLength:N0} characters";
            return _minLength > 0 ? "a text that is not empty" : "a text";
        }
    }

    /// <summary>Reads the text of a setting; false when it is not what is allowed.</summary>
    public bool TryRead(string text, out object value)
    {
        value = text;
        if (_type == typeof(string))
            return text.Length >= _minLength && text.Length <= _maxLength && Matches(text);
        if (_type == typeof(bool))
            return Take(bool.TryParse(text, out var flag), flag, out value);
        if (_type.IsEnum)
        {
            var named = Enum.TryParse(_type, text, ignoreCase: true, out var member);
            return Take(named && !char.IsAsciiDigit(text[0]) && text[0] != '-', member!, out value);
        }
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return false;
        if (_range is { } range && (number < range.Min || number > range.Max))
            return false;
        if (_type == typeof(long))
            return Take(true, number, out value);
        return Take(number is >= int.MinValue and <= int.MaxValue, unchecked((int)number), out value);
    }

    private static bool Take(bool good, object found, out object value)
    {
        value = found;
        return good;
    }

    private bool Matches(string text) => _pattern is null || Regex.IsMatch(text, _pattern.Pattern, RegexOptions.None, PatternTime);

    // [Range(1, long.MaxValue)] is the attribute's overload for doubles, which rounds the maximum up
    private static long Whole(object bound) => bound is double d && d >= long.MaxValue ? long.MaxValue : Convert.ToInt64(bound, CultureInfo.InvariantCulture);
}
