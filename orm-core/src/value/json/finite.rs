//! A walk over a value that looks for numbers which JSON cannot hold.

use std::fmt;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// Whether a value contains neither NaN nor an infinity.
pub(super) fn is_finite<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Walk).is_ok()
}

/// A serializer that writes nothing. Its error says that a number is not finite.
struct Walk;

type Step<T = ()> = Result<T, fmt::Error>;

macro_rules! leaves {
    ($($method:ident($ty:ty))*) => {$(
        fn $method(self, _: $ty) -> Step {
            Ok(())
        }
    )*};
}

impl Serializer for Walk {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    leaves! {
        serialize_bool(bool)
        serialize_i8(i8)
        serialize_i16(i16)
        serialize_i32(i32)
        serialize_i64(i64)
        serialize_i128(i128)
        serialize_u8(u8)
        serialize_u16(u16)
        serialize_u32(u32)
        serialize_u64(u64)
        serialize_u128(u128)
        serialize_char(char)
        serialize_str(&str)
        serialize_bytes(&[u8])
        serialize_unit_struct(&'static str)
    }

    fn serialize_f32(self, value: f32) -> Step {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Step {
        if value.is_finite() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }

    fn serialize_none(self) -> Step {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Step {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Step {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Step {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Step {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Step {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Step<Self> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Step<Self> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Step<Self> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Step<Self> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Step<Self> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Step<Self> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Step<Self> {
        Ok(self)
    }
}

macro_rules! branches {
    ($($branch:ident: $method:ident($($name:ty)?);)*) => {$(
        impl $branch for Walk {
            type Ok = ();
            type Error = fmt::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Step {
                value.serialize(Walk)
            }

            fn end(self) -> Step {
                Ok(())
            }
        }
    )*};
}

branches! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

impl SerializeMap for Walk {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Step {
        key.serialize(Walk)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Step {
        value.serialize(Walk)
    }

    fn end(self) -> Step {
        Ok(())
    }
}
