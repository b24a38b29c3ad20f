//! ISO 4217 codes and their minor units.

use std::fmt;

use super::Amount;

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A text that is no currency code of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a currency of ISO 4217")]
pub struct UnknownCurrency;

impl Currency {
    /// Three capital letters of ISO 4217.
    ///
    /// # Errors
    /// `UnknownCurrency` for anything else.
    pub fn parse(code: &str) -> Result<Currency, UnknownCurrency> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let known = CODES.iter().any(|(_, codes)| codes.split(' ').any(|known| known == code));
        if known { Ok(Currency(bytes)) } else { Err(UnknownCurrency) }
    }

    /// Three capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits of its minor unit, by ISO 4217.
    #[must_use]
    pub fn decimals(self) -> u32 {
        CODES.iter().find(|(_, codes)| codes.split(' ').any(|known| known == self.code())).map_or(2, |(decimals, _)| *decimals)
    }

    /// Its minor unit as an amount: 0.01 for most.
    #[must_use]
    pub fn minor_unit(self) -> Amount {
        Amount::from_micros(10_i64.saturating_pow(6_u32.saturating_sub(self.decimals())))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// As its code, in JSON.
impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let text = String::deserialize(deserializer)?;
        Currency::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// ISO 4217 list one, by digits of the minor unit. Funds, metals and test codes are left out.
const CODES: &[(u32, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP \
         CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
         INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN \
         MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE \
         SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_follow_iso_4217_even_where_cash_does_not() {
        for (code, decimals) in [("USD", 2), ("EUR", 2), ("MGA", 2), ("KES", 2), ("UGX", 0), ("JPY", 0), ("TND", 3)] {
            assert_eq!(Currency::parse(code).unwrap().decimals(), decimals, "{code}");
        }
        assert_eq!(Currency::parse("USD").unwrap().minor_unit(), Amount::from_micros(10_000));
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for code in ["", "usd", "XXX", "VED", "DOLLAR", "US "] {
            assert!(Currency::parse(code).is_err(), "{code}");
        }
    }
}
